// What the domain refuses: one error, with the field and a text that goes to people as it is.

export class DomainError extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.name = "DomainError";
    this.field = field;
  }
}

/** @throws {DomainError} */
export function refuse(field: string, message: string): never {
  throw new DomainError(field, message);
}
