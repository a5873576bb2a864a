/** The user `nobody`, on Linux and macOS alike. */
const NOBODY = 65_534;

/** Runs something as a user whom file modes stop; root, as in most containers, may read and write everything. */
export async function asOrdinaryUser<T>(run: () => Promise<T>): Promise<T> {
  const { geteuid, seteuid } = process;
  if (geteuid === undefined || seteuid === undefined || geteuid() !== 0) return run();
  seteuid(NOBODY);
  try {
    return await run();
  } finally {
    seteuid(0);
  }
}
