/** A file that `init` writes. */
export interface InitFile {
  /** From the folder of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  /** What to add to a file that is there already; left out where the file is ours alone. */
  readonly toAdd?: string;
}

const GITLAB_JOB = '.gitlab/nestjs-lifecycle-check.yml';

/** The pieces that run `check` in a repository: a pre-commit hook, a GitHub Action and a GitLab job, each with this version of the command. */
export function initFiles(version: string): readonly InitFile[] {
  const command = `npx --yes --package nestjs-lifecycle-cli@${version} nestjs-lifecycle check .`;
  const include = `include:\n  - local: ${GITLAB_JOB}\n`;
  const hook = hookOf(command);
  return [
    { path: '.pre-commit-config.yaml', text: `repos:\n${hook}`, toAdd: hook },
    { path: '.github/workflows/nestjs-lifecycle-check.yml', text: workflowOf(command) },
    { path: GITLAB_JOB, text: jobOf(command) },
    { path: '.gitlab-ci.yml', text: include, toAdd: include },
  ];
}

function hookOf(command: string): string {
  return `  - repo: local
    hooks:
      - id: nestjs-lifecycle-check
        name: nestjs-lifecycle check
        entry: ${command}
        language: system
        pass_filenames: false
        files: (\\.ya?ml|\\.json|Dockerfile[^/]*|Procfile|fly\\.toml|\\.service|(ecosystem|pm2)[^/]*\\.[cm]?js)$
`;
}

/** Reads the repository, and writes nothing but what code scanning shows. */
function workflowOf(command: string): string {
  return `name: nestjs-lifecycle check
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
      # for upload-sarif
      security-events: write
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: ${command} --format github
      - if: always()
        run: ${command} --format sarif --output nestjs-lifecycle.sarif --fail-on never
      # Delete this step where code scanning is not switched on. A pull request from a fork may not upload.
      - if: always() && github.event.pull_request.head.repo.fork != true
        uses: github/codeql-action/upload-sarif@v3
        with:
          sarif_file: nestjs-lifecycle.sarif
`;
}

function jobOf(command: string): string {
  return `nestjs-lifecycle-check:
  image: node:24-slim
  timeout: 10 minutes
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - ${command}
`;
}
