// What makes one wince on a page, as far as it can be measured: cut text, controls over each other or too small to touch.

import type { Page } from "playwright";

/** The smallest side of what a finger must hit: WCAG 2.2, target size (minimum). */
const MIN_TARGET = 24;

/** @returns a line for each problem: what it is, and of what */
export async function layoutProblems(page: Page): Promise<string[]> {
  return await page.evaluate((minTarget) => {
    const problems: string[] = [];
    const top = document.querySelector("dialog[open]") ?? document.body;
    const name = (element: Element) =>
      `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""} "${(element.textContent ?? "").trim().slice(0, 40)}"`;
    const isShown = (element: Element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth > clientWidth)
      problems.push(`the page is ${scrollWidth - clientWidth} px too wide`);

    for (const element of top.querySelectorAll<HTMLElement>("*")) {
      if (!isShown(element) || element.closest("svg, .visually-hidden, [aria-hidden=true]"))
        continue;
      const style = getComputedStyle(element);
      const own = [...element.childNodes].some(
        ({ nodeType, textContent }) => nodeType === Node.TEXT_NODE && textContent?.trim() !== "",
      );
      const hides = style.overflowX === "hidden" || style.overflowX === "clip";
      if (own && hides && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1)
        problems.push(`cut: ${name(element)}`);
      const { left, right, width } = element.getBoundingClientRect();
      const scrolls = element.closest("[data-scrolls], .year-grid, .scroller") !== null;
      if (own && width > 0 && !scrolls && (left < -1 || right > clientWidth + 1))
        problems.push(`outside: ${name(element)}`);
    }

    const controls = [...top.querySelectorAll<HTMLElement>("a[href], button, select, input")]
      // What is fixed to the window lies over the page's end, which can be scrolled out from under it.
      .filter((one) => isShown(one) && one.closest("[data-cell], .year-grid, nav, .toast") === null)
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && box.height > 1);
    for (const [i, { element, box }] of controls.entries()) {
      const inText = element.tagName === "A" && getComputedStyle(element).display === "inline";
      if (!inText && !element.closest("label") && Math.min(box.width, box.height) < minTarget)
        problems.push(
          `small (${Math.round(box.width)}×${Math.round(box.height)}): ${name(element)}`,
        );
      for (const { element: other, box: its } of controls.slice(i + 1)) {
        if (element.contains(other) || other.contains(element)) continue;
        const wide = Math.min(box.right, its.right) - Math.max(box.left, its.left);
        const high = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
        if (wide > 2 && high > 2)
          problems.push(`over each other: ${name(element)} and ${name(other)}`);
      }
    }
    return problems;
  }, MIN_TARGET);
}
