/**
 * How much room a section of the sidebar takes from the ones beside it.
 */
import { MessageLoop } from '@lumino/messaging';
import { SplitPanel, Widget } from '@lumino/widgets';

const SHARE = 1 / 3;

/**
 * Make *section* no higher than *height*, the pixels that it needs. If all of it was in sight, it
 * grows with its need up to a third of the sidebar; if a person has made it smaller, it stays so.
 */
export function fitHeight(section: Widget, height: number): void {
  const { node, parent } = section;
  const before = parseFloat(node.style.maxHeight) || 0;
  if (before === height) {
    return;
  }
  const isWhole = node.offsetHeight >= before;
  node.style.maxHeight = `${height}px`;
  if (!parent) {
    return;
  }
  // At once: an update before it would still keep to the old limit.
  MessageLoop.sendMessage(parent, Widget.Msg.FitRequest);
  if (isWhole && parent instanceof SplitPanel) {
    const { widgets } = parent;
    const total = widgets.reduce((sum, widget) => sum + widget.node.offsetHeight, 0);
    const sizes = parent.relativeSizes();
    const at = widgets.indexOf(section);
    const now = sizes[at] ?? 0;
    const size = Math.max(now, Math.min(SHARE, total && height / total));
    // The largest of the others gives it, so that another one that is whole stays so.
    const others = sizes.map((one, index) => (index === at ? 0 : one));
    const giver = others.indexOf(Math.max(...others));
    parent.setRelativeSizes(
      sizes.map((one, index) => (index === at ? size : index === giver ? one - size + now : one))
    );
  }
}
