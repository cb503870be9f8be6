// Counts comparisons, and prints the ones that fail.

let checked = 0;
let failed = 0;

export function equal(claim, found, expected) {
  checked += 1;
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) {
    failed += 1;
    console.log(`DIFFERENT ${claim}: found ${one?.slice(0, 400)}, expected ${other?.slice(0, 400)}`);
  }
}
export const holds = (claim, found) => equal(claim, Boolean(found), true);

// Ends the process. The exit code is 0 if all comparisons agree.
export function finish() {
  console.log(`${checked} comparisons, ${failed} differences`);
  process.exit(failed === 0 ? 0 : 1);
}
