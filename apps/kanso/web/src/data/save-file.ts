// Gives the person a file: the browser asks where to put it, or puts it where its downloads are.

const KEPT_MS = 60_000;

export function saveFile(name: string, content: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads it after this call has ended.
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}

/** Such as `kanso-2026-11-21.json`. */
export function datedName(ending: string): string {
  const now = new Date();
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  return `kanso-${parts.map((part) => String(part).padStart(2, "0")).join("-")}${ending}`;
}
