/** A number of pods, or what stays a percentage. */
export function podCount(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}
