// Where files are chosen or dropped.

import { type DragEvent, useRef, useState } from "react";
import { useMessages } from "../../i18n/index.tsx";
import type { PickedFile } from "../../transfer/messages.ts";
import { Button } from "../../ui/button.tsx";
import { fromDrop, fromInput } from "./pick-files.ts";

export function FilePicker({ onPick }: { onPick(files: readonly PickedFile[]): void }) {
  const text = useMessages("imports");
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);

  function pick(input: HTMLInputElement) {
    const picked = fromInput(input.files);
    input.value = ""; // the same file again is another choice
    if (picked.length > 0) onPick(picked);
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    fromDrop(event.dataTransfer).then(onPick, () => undefined); // a file that is gone was not dropped
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons in it do the same by keyboard
    <div
      className="drop-zone"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <p className="soft">{text.importText}</p>
      <div className="button-row">
        <Button look="strong" onClick={() => files.current?.click()}>
          {text.pick}
        </Button>
        <Button onClick={() => folder.current?.click()}>{text.pickFolder}</Button>
        <span className="soft drop-hint">{text.drop}</span>
      </div>
      <input
        ref={files}
        type="file"
        hidden
        multiple
        accept=".zip,.csv,.json,.db"
        aria-label={text.pick}
        onChange={({ target }) => pick(target)}
      />
      <input
        ref={(input) => {
          folder.current = input;
          if (input !== null) input.webkitdirectory = true; // React knows no such attribute
        }}
        type="file"
        hidden
        aria-label={text.pickFolder}
        onChange={({ target }) => pick(target)}
      />
    </div>
  );
}
