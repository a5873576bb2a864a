import { type Field } from '../source/field.js';

/** What kustomize, Flux, envsubst or the like put a value in place of. */
export function isFilledInLater({ text = '' }: Field): boolean {
  return /^\$\{.*\}$|^\$\(?\w+\)?$|\{\{|<%|^(?:__|@|%).+(?:__|@|%)$/.test(text);
}

/** The same of a variable's value, in which Kubernetes itself fills in `$(NAME)`. */
export function isVariableFilledInLater(value: Field): boolean {
  return isFilledInLater(value) && value.text?.startsWith('$(') !== true;
}
