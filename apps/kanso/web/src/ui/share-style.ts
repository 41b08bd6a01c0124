// How far a day got, for the style of its mark.

import type { CSSProperties } from "react";

declare module "react" {
  interface CSSProperties {
    "--share"?: string;
  }
}

/** @param total more than nothing, and less than the target: a mark that is not full never looks so */
export function shareStyle(total: number, target: number): CSSProperties {
  const share = target > 0 ? Math.min(0.9, total / target) : 0.9;
  return { "--share": `${Math.round(share * 100)}%` };
}
