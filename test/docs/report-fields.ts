/** The paths of all fields of a plain object, items of a list taken together: `phases[].phase`. */
export function fieldsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => fieldsOf(item, `${path}[]`)))].toSorted();
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value)
    .flatMap(([key, item]) =>
      Array.isArray(item) && item.length === 0 ? [`${path}.${key}[]`] : fieldsOf(item, `${path}.${key}`),
    )
    .toSorted();
}
