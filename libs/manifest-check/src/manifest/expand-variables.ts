/**
 * `$(NAME)` in a container's command, or in a value of its `env`, as the kubelet expands it; `$$(NAME)` stays as `$(NAME)`,
 * and what is not known stays as it is.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expandVariables(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replaceAll(REFERENCE, (whole, escaped: string | undefined, name: string) =>
    escaped === undefined ? (valueOf(name) ?? whole) : `$(${name})`,
  );
}

/** The names that a text refers to. */
export function referencesIn(text: string): readonly string[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, escaped, name = '']) => (escaped === undefined ? [name] : []));
}

const REFERENCE = /\$(\$)?\(([A-Za-z_][\w.-]*)\)/g;
