// A ring that closes as a day gets done. What it shows is always said in words, too.

import type { ReactNode } from "react";
import "./progress-ring.css";

export interface ProgressRingProps {
  /** 0–1. */
  readonly share: number;
  readonly children?: ReactNode;
}

export function ProgressRing({ share, children }: ProgressRingProps) {
  const shown = Math.max(0, Math.min(1, share));
  return (
    <span className="ring" data-full={shown === 1}>
      <svg viewBox="0 0 44 44" aria-hidden="true">
        <circle className="ring-track" cx="22" cy="22" r="19.5" pathLength="1" />
        <circle
          className="ring-bar"
          cx="22"
          cy="22"
          r="19.5"
          pathLength="1"
          strokeDasharray={`${shown} 2`}
          visibility={shown === 0 ? "hidden" : "visible"}
        />
      </svg>
      {children}
    </span>
  );
}
