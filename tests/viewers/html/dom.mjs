// Runs the scripts of a page in a small DOM without a browser: enough to operate the page and to read its texts. It has no layout,
// so all rectangles are equal, and no styles.

import fs from 'node:fs';
import vm from 'node:vm';

const SIZE = {width: 1200, height: 600};
const VOID = new Set(['meta', 'link', 'input']);
const ENTITIES = {lt: '<', gt: '>', amp: '&', quot: '"', '#39': '\''};
const decoded = text => text.replace(/&(lt|gt|amp|quot|#39);/g, (_, name) => ENTITIES[name]);
const hyphenated = name => `data-${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;

class Text {
  constructor(text) {
    this.textContent = String(text);
  }
}

class Element {
  constructor(tag, page) {
    Object.assign(this, {tagName: tag, page, childNodes: [], parentNode: null, attributes: new Map(), listeners: new Map()});
    this.style = {setProperty(name, value) { this[name] = value; }};
    this.dataset = new Proxy({}, {
      get: (_, name) => this.attributes.get(hyphenated(name)),
      set: (_, name, value) => Boolean(this.attributes.set(hyphenated(name), String(value))),
    });
    this.classList = {
      contains: name => this.className.split(' ').includes(name),
      add: name => this.classList.toggle(name, true),
      remove: name => this.classList.toggle(name, false),
      toggle: (name, isSet = !this.classList.contains(name)) => {
        const others = this.className.split(' ').filter(other => other !== name && other !== '');
        this.className = (isSet ? [...others, name] : others).join(' ');
      },
    };
  }
  setAttribute(name, value) { this.attributes.set(name, String(value)); }
  getAttribute(name) { return this.attributes.get(name) ?? null; }
  removeAttribute(name) { this.attributes.delete(name); }
  get hidden() { return this.attributes.has('hidden'); }
  set hidden(isHidden) { isHidden ? this.attributes.set('hidden', '') : this.attributes.delete('hidden'); }
  get tabIndex() { return Number(this.attributes.get('tabindex') ?? -1); }
  set tabIndex(at) { this.setAttribute('tabindex', at); }
  get value() {
    const first = this.tagName === 'select' ? this.querySelector('option') : this;
    return this.chosen ?? first.attributes.get('value') ?? '';
  }
  set value(value) { this.tagName === 'input' || this.tagName === 'select' ? this.chosen = String(value) : this.setAttribute('value', value); }
  get checked() { return this.attributes.has('checked'); }
  get children() { return this.childNodes.filter(child => child instanceof Element); }
  get firstElementChild() { return this.children[0] ?? null; }
  get textContent() { return this.childNodes.map(child => child.textContent).join(''); }
  set textContent(text) { this.replaceChildren(text); }
  append(...inside) {
    for (const child of inside) {
      const node = child instanceof Element || child instanceof Text ? child : new Text(child);
      if (node.parentNode) node.parentNode.childNodes = node.parentNode.childNodes.filter(other => other !== node);
      node.parentNode = this;
      this.childNodes.push(node);
    }
  }
  replaceChildren(...inside) {
    this.childNodes.forEach(child => child.parentNode = null);
    this.childNodes = [];
    this.append(...inside);
  }
  addEventListener(type, listener) { this.listeners.set(type, [...this.listeners.get(type) ?? [], listener]); }
  dispatch(type, init = {}) {
    const event = {type, target: this, button: 0, preventDefault() {}, ...init};
    const path = [];
    for (let on = this; on; on = on.parentNode) path.push(on);
    for (const on of [...path, this.page.window]) (on.listeners.get(type) ?? []).forEach(listener => listener(event));
  }
  focus() {
    const before = this.page.document.activeElement;
    if (before !== this) ['blur', 'focusout'].forEach(type => before.dispatch(type));
    this.page.document.activeElement = this;
    this.dispatch('focus');
  }
  scrollIntoView() {}
  animate() {}
  get clientWidth() { return this.hidden ? 0 : SIZE.width; }
  get clientHeight() { return parseFloat(this.style.height) || SIZE.height; }
  get offsetWidth() { return 200; }
  get offsetHeight() { return 80; }
  getBoundingClientRect() { return {left: 0, top: 0, right: SIZE.width, bottom: SIZE.height, ...SIZE}; }
  closest(selector) {
    for (let on = this; on; on = on.parentNode) {
      if (matches(on, selector)) return on;
    }
    return null;
  }
  *inside() {
    for (const child of this.children) {
      yield child;
      yield* child.inside();
    }
  }
  querySelectorAll(selector) { return [...this.inside()].filter(child => matches(child, selector)); }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
}
for (const name of ['id', 'title', 'type', 'scope', 'class']) {
  const property = name === 'class' ? 'className' : name;
  Object.defineProperty(Element.prototype, property, {
    get() { return this.attributes.get(name) ?? ''; },
    set(value) { this.setAttribute(name, value); },
  });
}

/** Whether an element matches one of several selectors of tags, ids, classes, attributes, `:checked` and descendants. */
function matches(element, selectors) {
  return selectors.split(',').some(selector => {
    const steps = selector.trim().split(/\s+/);
    if (!matchesStep(element, steps.pop())) return false;
    for (let on = element.parentNode; on && steps.length > 0; on = on.parentNode) {
      if (matchesStep(on, steps.at(-1))) steps.pop();
    }
    return steps.length === 0;
  });
}

function matchesStep(element, step) {
  return step.match(/^\w+|[#.][\w-]+|\[[^\]]+\]|:checked/g).every(part => {
    if (part === ':checked') return element.checked;
    if (part[0] === '#') return element.id === part.slice(1);
    if (part[0] === '.') return element.classList.contains(part.slice(1));
    if (part[0] !== '[') return element.tagName === part;
    const [name, value] = part.slice(1, -1).split('=');
    return element.attributes.has(name) && (value === undefined || element.getAttribute(name) === value.replaceAll('"', ''));
  });
}

function parse(html, page) {
  const root = new Element('document', page);
  const open = [root];
  let rest = html.slice(html.indexOf('\n') + 1);
  while (rest.includes('<')) {
    const [start, end] = [rest.indexOf('<'), rest.indexOf('>')];
    if (start > 0) open.at(-1).append(new Text(decoded(rest.slice(0, start))));
    const inside = rest.slice(start + 1, end).replace(/\/$/, '');
    const isClosed = rest[end - 1] === '/';
    rest = rest.slice(end + 1);
    if (inside.startsWith('/')) {
      const {tagName} = open.pop();
      if (tagName !== inside.slice(1)) throw new Error(`</${inside}> closes <${tagName}>`);
      continue;
    }
    const tag = /^\w+/.exec(inside)[0];
    const made = new Element(tag, page);
    for (const [, name, value] of inside.slice(tag.length).matchAll(/([\w-]+)(?:="([^"]*)")?/g)) {
      made.setAttribute(name, decoded(value ?? ''));
    }
    open.at(-1).append(made);
    if (isClosed || VOID.has(tag)) continue;
    open.push(made);
    if (tag === 'script' || tag === 'style') {
      const length = rest.indexOf(`</${tag}>`);
      made.append(new Text(rest.slice(0, length)));
      rest = rest.slice(length);
    }
  }
  return root;
}

/** Opens a page, runs its script, and returns functions that operate it. An error of the script is thrown. */
export function open(file) {
  const page = {window: new Element('window')};
  page.window.page = page;
  const root = parse(fs.readFileSync(file, 'utf8'), page);
  const all = selector => root.querySelectorAll(selector);
  const document = {
    body: root.querySelector('body'),
    documentElement: root.querySelector('html'),
    createElement: tag => new Element(tag, page),
    createElementNS: (_, tag) => new Element(tag, page),
    getElementById: id => all(`#${id}`)[0] ?? null,
    querySelector: selector => root.querySelector(selector),
  };
  document.activeElement = document.body;
  page.document = document;
  const scope = vm.createContext({
    document, innerWidth: 1280, innerHeight: 900,
    addEventListener: (type, listener) => page.window.addEventListener(type, listener),
    matchMedia: () => ({matches: false, addEventListener() {}}),
    ResizeObserver: class { observe() {} },
  });
  vm.runInContext(`"use strict"; (() => {${all('script[type=module]')[0].textContent}\n})()`, scope, {filename: file});
  const text = found => found.textContent.replace(/\s+/g, ' ').trim();
  return {
    all,
    texts: selector => all(selector).map(text),
    labels: selector => all(selector).map(found => found.getAttribute('aria-label')),
    details: () => Object.fromEntries(all('#details div').map(pair => pair.children.map(text))),
    /** Presses a key in the focused element. */
    press: key => document.activeElement.dispatch('keydown', {key}),
    focus: selector => all(selector)[0].focus(),
    focused: () => document.activeElement.getAttribute('aria-label'),
    point: (selector, place = {clientX: 0, clientY: 0}) => all(selector)[0].dispatch('pointermove', place),
    /** Chooses the radio button with a value. */
    choose: value => {
      const [chosen] = all(`input[value=${value}]`);
      all(`input[name=${chosen.getAttribute('name')}]`).forEach(other => other.removeAttribute('checked'));
      chosen.setAttribute('checked', '');
      chosen.dispatch('change');
    },
    /** Chooses an option, or types a text. */
    enter: (selector, value) => {
      const [into] = all(selector);
      into.value = value;
      into.dispatch(into.tagName === 'select' ? 'change' : 'input');
    },
  };
}
