import { hideSecrets, secretsOfProcess } from '../errors/hide-secrets.js';
import { LONGEST_MESSAGE, nameText } from '../errors/safe-text.js';

/** What stands behind the path of an address. */
const QUERY = /([a-z][a-z0-9+.-]*:\/\/[^\s?'"]*)\?[^\s'"]*/gi;

/** Texts in spans: of bounded length, and without what looks secret. Only a stack has several lines. */
export class SpanText {
  readonly #secrets = secretsOfProcess();

  /** A name, or another attribute. */
  name(value: string): string {
    return nameText(this.#safe(value));
  }

  /** The message of an error. */
  message(value: string): string {
    return nameText(this.#safe(value), LONGEST_MESSAGE);
  }

  stack(value: string): string {
    return this.#safe(value);
  }

  #safe(value: string): string {
    return hideSecrets(value.replace(QUERY, '$1'), this.#secrets);
  }
}
