/**
 * `$(NAME)` in a container's command, as the kubelet expands it; `$$(NAME)` stays as `$(NAME)`, and what is not known stays as it is.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/
 */
export function expandVariables(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(\$)?\(([A-Za-z_][\w.-]*)\)/g, (whole, escaped: string | undefined, name: string) => {
    if (escaped !== undefined) return `$(${name})`;
    return Object.hasOwn(variables, name) ? (variables[name] ?? whole) : whole;
  });
}
