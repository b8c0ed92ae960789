/** Keeps a popover beside what opened it; the top layer saves it from being clipped by a scrolling dialog. */

const GAP = 4;
const EDGE = 8;

/**
 * @param {HTMLElement} floating an element with `popover` that is open
 * @param {HTMLElement} anchor
 * @param {{wide?: boolean, end?: boolean}} [options] wide: as broad as the anchor; end: right edges meet
 * @returns {() => void} stops following
 */
export function placeBeside(floating, anchor, { wide = true, end = false } = {}) {
  const place = () => {
    const box = anchor.getBoundingClientRect();
    const below = window.innerHeight - box.bottom - EDGE;
    const above = box.top - EDGE;
    const upward = below < Math.min(floating.scrollHeight, 240) && above > below;
    floating.style.width = wide ? `${box.width}px` : "";
    floating.style.maxHeight = `${Math.max(120, Math.min(upward ? above : below, 300) - GAP)}px`;
    const width = floating.offsetWidth;
    const left = end ? box.right - width : box.left;
    floating.style.left = `${Math.max(EDGE, Math.min(left, window.innerWidth - width - EDGE))}px`;
    floating.style.top = upward ? "auto" : `${box.bottom + GAP}px`;
    floating.style.bottom = upward ? `${window.innerHeight - box.top + GAP}px` : "auto";
  };
  const observer = new ResizeObserver(place);
  observer.observe(floating);
  observer.observe(anchor);
  window.addEventListener("resize", place);
  document.addEventListener("scroll", place, true);
  place();
  return () => {
    observer.disconnect();
    window.removeEventListener("resize", place);
    document.removeEventListener("scroll", place, true);
  };
}
