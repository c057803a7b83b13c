/** What JupyterLab asks of a browser at its import, and jsdom lacks. */
const { TextDecoder, TextEncoder } = require('util');

globalThis.DragEvent ??= class extends MouseEvent {};
globalThis.TextEncoder ??= TextEncoder;
globalThis.TextDecoder ??= TextDecoder;
globalThis.matchMedia ??= () => ({ matches: false, addEventListener() {}, addListener() {} });

// A shared cell reads itself before it is part of its notebook; that is not ours to mend.
const { warn } = console;
console.warn = (...said) => String(said[0]).includes('Add Yjs type') || warn(...said);
