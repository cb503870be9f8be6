// Runs a WebAssembly program: node run.mjs FILE
import { readFileSync } from "node:fs";

let memory;
const host = {
    print(start, length) {
        console.log(new TextDecoder().decode(new Uint8Array(memory.buffer, start, length)));
    },
};
const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), { host });
memory = instance.exports.memory;
// A failed assertion prints its message and traps, which node reports as an uncaught error.
process.exit(instance.exports.main(0, 0));
