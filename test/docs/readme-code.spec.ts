import { codeFiles, codeFolder, typeProblems, writeCode } from './readme-code.js';

describe('the TypeScript of README.md', () => {
  it('passes the strictest compiler options, against the built library', () => {
    expect(typeProblems(writeCode(codeFolder('types')))).toEqual([]);
  });

  it('is not taken for good when it is wrong', () => {
    const [file] = codeFiles();
    const wrong = `${file?.text}\nGracefulShutdownModule.forRoot({ gracePeriod: 'soon' });\n`;
    const paths = writeCode(codeFolder('wrong-types'), [{ name: 'wrong.ts', section: 'wrong', text: wrong }]);
    expect(typeProblems(paths)).toEqual([expect.stringMatching(/wrong\.ts:\d+: Type '"soon"' is not assignable/)]);
  });
});
