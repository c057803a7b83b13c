/** Stands for a style or a picture. */
module.exports = { process: () => ({ code: "module.exports = '<svg></svg>';" }) };
