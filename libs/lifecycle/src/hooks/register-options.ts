import { inspect } from 'node:util';
import { isObject } from '../errors/foreign-value.js';
import { nameText } from '../errors/safe-text.js';
import { nearestName } from '../options/nearest-name.js';
import { RESOURCE_PRIORITIES, type ResourceType } from '../resources/resource-type.js';
import { type HookOptions } from './hook.js';
import { hookProblems, InvalidHookError } from './hook-options.js';
import { type ShutdownContext } from './shutdown-context.js';

/** A function that closes something, or an object with a method that does. */
export type Closer = ((context: ShutdownContext) => unknown) | object;

/** The options of `register()`. */
export interface RegisterOptions extends HookOptions {
  /** The method that closes the instance, if it is not one of those that are found automatically. */
  readonly closeWith?: string | symbol | undefined;
  /**
   * What it is for, which says when it is closed where no `priority` does. Default: that of its kind, where the kind is known, else
   * `'custom'`. A function of a type is listed among the resources.
   */
  readonly type?: ResourceType | undefined;
}

const OPTIONS = ['priority', 'phase', 'timeout', 'closeWith', 'type'];
const TYPES = Object.keys(RESOURCE_PRIORITIES);

/**
 * The name that was given to `register()`, as text. A service whose untyped code gives another value, or nothing, still boots: it is
 * told of what to type.
 */
export function readName(given: unknown, warn: (message: string) => void): string {
  if (typeof given === 'string' && given.trim() !== '') return given;
  const name = nameText(given).trim();
  warn(`register() was given ${name === '' ? 'nothing' : name} as a name. Type register('cache', client).`);
  return name === '' ? 'without a name' : name;
}

/** @throws InvalidHookError with everything that is wrong with the options, and what to type */
export function checkRegistration(name: string, options: unknown): void {
  const problems = isObject(options) ? problemsOf(name, options) : [`${call(name)}: ${NO_OBJECT}`];
  if (problems.length > 0) throw new InvalidHookError(problems);
}

const NO_OBJECT = 'its options are no object. Type { priority: 80 }.';

function call(name: string): string {
  return `register('${name}', …)`;
}

function problemsOf(name: string, options: Readonly<Record<string, unknown>>): string[] {
  const { type, closeWith } = options;
  const where = call(name);
  const problems = hookProblems(where, options);
  if (type !== undefined && (typeof type !== 'string' || !TYPES.includes(type))) {
    const allowed = TYPES.map((each) => `'${each}'`).join(', ');
    problems.push(`${where}: received type ${inspect(type)}; allowed: ${allowed}. Type type: 'database'.`);
  }
  if (closeWith !== undefined && typeof closeWith !== 'string' && typeof closeWith !== 'symbol') {
    problems.push(
      `${where}: received closeWith ${inspect(closeWith)}; allowed: the name of a method. Type closeWith: 'close'.`,
    );
  }
  const unknown = Object.keys(options).filter((key) => !OPTIONS.includes(key));
  return [...problems, ...unknown.map((key) => `${where}: there is no option ${key}. ${meant(key)}`)];
}

function meant(key: string): string {
  const nearest = nearestName(key, OPTIONS);
  return nearest === undefined ? `There are ${OPTIONS.join(', ')}.` : `Did you mean ${nearest}?`;
}
