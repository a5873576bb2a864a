import { HttpClient } from '../support/http-client.js';
import { NESTS } from '../support/program-kinds.js';
import { startProgram } from '../support/program.js';
import { reportOf } from '../support/service.js';

describe.each(NESTS)('SIGTERM raised again by code of the process, on Nest %i', (nest) => {
  it('ends nothing, in whatever way it is raised and by whom: the request is answered, and the process ends clean', async () => {
    const program = startProgram('raising', { nest, ipc: true, ownGroup: true });
    const answer = new HttpClient(await program.url()).request({ path: '/slow' });
    await program.waitForLine(/slow\.started/);
    program.signal('SIGTERM');
    // After a second, which is beyond the guard.
    await program.waitForLine(/waiting for 1/);
    program.send('pool');
    await program.waitForLine(/the other application has closed/);
    program.send('raise');
    await program.waitForLine(/^raised: all$/);
    program.send('slow');
    expect(await answer).toMatchObject({ outcome: 'ok', body: 'slow' });
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject({ outcome: 'clean', requests: { drained: 1 } });
  });
});
