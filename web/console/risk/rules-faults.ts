// What is wrong with a document of rules while somebody writes it, in the words of the gateway's own reader.
import './no-eval';
import { readRulesDocument } from '../../../src/risk/rules-document';

/** A version's document as a person writes it: stored, it has lost the order of its fields, which the reader gives back. */
export function pretty({ document }: { readonly document: unknown }): string {
  try {
    return JSON.stringify(readRulesDocument(document), null, 2);
  } catch {
    // Of another release, which knew other fields.
    return JSON.stringify(document, null, 2);
  }
}

export type Read = { readonly document: unknown } | { readonly faults: readonly string[] };

/** The document that a text is, or a sentence for each fault. */
export function readRules(text: string): Read {
  try {
    return { document: readRulesDocument(JSON.parse(text)) };
  } catch (error) {
    const { message } = error as Error;
    return { faults: error instanceof SyntaxError ? [`This is no JSON: ${message}.`] : message.split('\n') };
  }
}
