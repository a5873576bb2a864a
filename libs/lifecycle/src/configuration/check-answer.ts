import { isObject } from '../errors/foreign-value.js';
import { nameText } from '../errors/safe-text.js';
import { type FoundProblem } from './configuration-problem.js';

/** The most problems that one check can have. */
const MOST = 50;
const LONGEST = 500;

/**
 * The problems that a check of the application has answered with. May throw: the answer is a foreign value.
 *
 * @param hide removes what is secret
 */
export function problemsOf(answer: unknown, hide: (text: string) => string): FoundProblem[] {
  if (answer === undefined || answer === null || answer === true) return [];
  if (answer === false) return [{ message: 'its check answered false' }];
  if (!Array.isArray(answer)) return [problemOf(answer, hide)];
  const all: readonly unknown[] = answer;
  const shown = all.slice(0, MOST).map((one) => problemOf(one, hide));
  return all.length > MOST ? [...shown, { message: `and ${all.length - MOST} more problems` }] : shown;
}

function problemOf(value: unknown, hide: (text: string) => string): FoundProblem {
  const plain = (text: unknown): string => nameText(hide(String(text)), LONGEST).replace(/\.$/, '');
  if (typeof value === 'string') return { message: plain(value) };
  if (!isObject(value) || typeof value['message'] !== 'string') {
    return { message: `its check answered a value of type ${typeof value} that says nothing`, remedy: WHAT_TO_ANSWER };
  }
  const { about, message, remedy } = value;
  return {
    ...(typeof about === 'string' && { about: plain(about) }),
    message: plain(message),
    ...(typeof remedy === 'string' && { remedy: nameText(hide(remedy), LONGEST) }),
  };
}

const WHAT_TO_ANSWER = 'Answer nothing where all is well, and { message, remedy } where it is not.';
