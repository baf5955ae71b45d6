// Prints each story as it ends, and closes with the line that `cargo xtask test` counts by.

/** Node's test reporter: turns test events into text. */
export default async function* report(events) {
  let passed = 0;
  let failed = 0;
  for await (const { type, data } of events) {
    const isStory = data?.details?.type !== 'suite' && data?.nesting !== undefined;
    if (type === 'test:pass' && isStory) {
      if (data.skip !== undefined) continue;
      passed += 1;
      yield `ok   ${data.name} (${(data.details.duration_ms / 1000).toFixed(1)} s)\n`;
    } else if (type === 'test:fail' && isStory) {
      failed += 1;
      const error = data.details.error?.cause ?? data.details.error;
      yield `FAIL ${data.name}\n${indent(error?.stack ?? String(error))}\n`;
    } else if (type === 'test:stderr' || type === 'test:stdout') {
      yield data.message;
    }
  }
  yield `${passed} passed, ${failed} failed\n`;
}

function indent(text) {
  return text.split('\n').map((line) => `     ${line}`).join('\n');
}
