import { codeFiles, codeFolder, isOf, writeCode } from './page-code.js';
import { typeProblems } from './type-problems.js';

describe('the TypeScript of the pages', () => {
  it('passes the strictest compiler options, against the built library, and a wrong option does not', () => {
    const files = codeFiles().filter((file) => !isOf('data')(file));
    const [first] = files;
    const wrong = `${first?.text}\nGracefulShutdownModule.forRoot({ gracePeriod: 'soon' });\n`;
    const paths = writeCode(codeFolder('types'), [...files, { name: 'wrong.ts', page: 'wrong', text: wrong }]);
    expect(paths.length).toBeGreaterThan(10);
    expect(typeProblems(paths)).toEqual([expect.stringMatching(/wrong\.ts:\d+: Type '"soon"' is not assignable/)]);
  });
});
