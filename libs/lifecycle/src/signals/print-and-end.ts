/** Prints a text and ends the process in place of starting it. Never resolves: nothing that waits for it goes on. */
export function printAndEnd(text: string): Promise<never> {
  return new Promise(() => {
    process.stdout.write(text, () => process.exit(0));
  });
}
