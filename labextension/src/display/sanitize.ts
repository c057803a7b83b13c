/**
 * What is done to outputs before JupyterLab's renderers draw them outside of a notebook.
 */
import type { IOutput } from '@jupyterlab/nbformat';

/**
 * *output* without rules of style: what is not trusted has them shown as text, not applied.
 */
export function withoutStyles(output: IOutput): IOutput {
  const data = output['data'] as Record<string, unknown> | undefined;
  const html = data?.['text/html'];
  if (html === undefined) {
    return output;
  }
  const text = Array.isArray(html) ? html.join('') : (html as string);
  const plain = text.replace(/<style\b[^>]*>[\s\S]*?<\/style>/gi, '');
  return { ...output, data: { ...data, 'text/html': plain } };
}
