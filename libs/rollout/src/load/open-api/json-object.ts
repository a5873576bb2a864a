/** An object of a document, whose fields may be anything. */
export type JsonObject = Readonly<Record<string, unknown>>;
