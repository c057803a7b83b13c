/** What JupyterLab asks of a browser at its import, and jsdom lacks. */
globalThis.DragEvent ??= class extends MouseEvent {};
globalThis.IntersectionObserver ??= class {};
globalThis.matchMedia ??= () => ({ matches: false, addEventListener() {}, addListener() {} });
globalThis.ResizeObserver ??= class {};

// Said by JupyterLab's own parts of jsdom and of each other; it would bury what is said of ours.
const IDLE = ['Add Yjs type', 'Not same Y.Doc', 'Clipboard API not available'];
const { warn } = console;
console.warn = (...said) => IDLE.some(one => String(said[0]).includes(one)) || warn(...said);
