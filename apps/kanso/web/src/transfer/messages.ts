// What the page and its worker say to each other: files are read and written beside the page, which stays quick.

import type { Archive, FileDamage, ImportedFrom } from "@syncline/kanso-domain";

export interface PickedFile {
  /** With the folders that it was in. */
  readonly path: string;
  readonly file: File;
}

export type ExportFormat = "json" | "csv" | "loop";

export type Order =
  | { readonly type: "read"; readonly files: readonly PickedFile[]; readonly nowMs: number }
  | {
      readonly type: "write";
      readonly format: ExportFormat;
      readonly archive: Archive;
      readonly zone: string;
    };

/** `too_large`, `empty` and `unknown` are of the whole; what is `damaged` has a place. */
export type FileProblem = "too_large" | "empty" | "unknown" | "newer" | "damaged";

export type Answer =
  | { readonly type: "read"; readonly imported: ImportedFrom }
  | { readonly type: "written"; readonly content: Uint8Array<ArrayBuffer> | string }
  | {
      readonly type: "failed";
      readonly problem: FileProblem;
      /** What is damaged; null where it is not known, or nothing is. */
      readonly damage: FileDamage | null;
    };
