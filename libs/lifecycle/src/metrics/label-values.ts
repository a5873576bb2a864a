import { nameText } from '../errors/safe-text.js';
import { type Label, MOST_VALUES, OTHER } from './instruments.js';

/** The longest value of a label. */
const LONGEST = 120;

/** The user and the password of an address, which some give to a queue or a hook as its name. */
const USER_INFO = /(:\/\/)[^/?#@]*@/g;
/** What stands behind the path of an address. */
const QUERY = /\?[^\s]*/g;

/**
 * The values that a label has had. A value that is one too many becomes `(other)`, so that a service that makes up names, or is made
 * to, cannot fill the memory of Prometheus.
 */
export class LabelValues {
  readonly #known = new Map<string, string>();

  constructor(private readonly label: Label) {}

  /** What the label says for this value. */
  of(value: string): string {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const { values, most = MOST_VALUES } = this.label;
    if (values !== undefined) return values.includes(value) ? value : OTHER;
    if (this.#known.size >= most) return OTHER;
    const text = shown(value);
    this.#known.set(value, text);
    return text;
  }
}

/** A name without what may be secret in it, in one piece. */
function shown(value: string): string {
  return nameText(value.replace(USER_INFO, '$1').replace(QUERY, ''), LONGEST);
}
