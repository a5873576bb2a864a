/** Runs tasks, at most so many at once. Resolves with what they have returned, in their order; rejects when one does. */
export async function atOnce<Result>(most: number, tasks: readonly (() => Promise<Result>)[]): Promise<Result[]> {
  const results: Result[] = [];
  const left = tasks.entries();
  const worker = async (): Promise<void> => {
    for (const [index, task] of left) results[index] = await task();
  };
  await Promise.all(Array.from({ length: most }, worker));
  return results;
}
