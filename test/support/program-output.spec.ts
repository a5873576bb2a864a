import { ProgramOutput } from './program-output.js';

describe('ProgramOutput', () => {
  it('finds a line that has been written, and one still to come', async () => {
    const output = new ProgramOutput();
    output.add('port 1');
    expect((await output.waitFor(/port (\d)/, 1000))[1]).toBe('1');
    const later = output.waitFor(/ready in (\d)/, 1000);
    output.add('ready in 5');
    expect((await later)[1]).toBe('5');
  });

  it('rejects with everything written when the program ends first', async () => {
    const output = new ProgramOutput();
    const line = output.waitFor(/ready/, 1000);
    output.add('no database');
    output.end();
    await expect(line).rejects.toThrow(/the program ended without a line like \/ready\/[^]*no database/);
  });

  it('rejects when the line does not come in time', async () => {
    const output = new ProgramOutput();
    output.add('still starting');
    await expect(output.waitFor(/ready/, 10)).rejects.toThrow(/10 ms passed[^]*still starting/);
  });

  it('starts every search at the beginning, also for a global expression', async () => {
    const output = new ProgramOutput();
    const pattern = /ready/g;
    output.add('ready');
    await output.waitFor(pattern, 1000);
    await output.waitFor(pattern, 1000);
  });
});
