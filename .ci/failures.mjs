/**
 * What failed, once more and short: a long log is read from its end, and may be kept only in part.
 */

const LINES = 25;

/** @typedef {{ name: string, message: string }} Failure */

/** Of vitest's JSON report. @returns {Failure[]} */
export function failuresOfVitest({ testResults }) {
	return testResults.flatMap(({ name: file, message, assertionResults }) => {
		const failed = assertionResults.filter(({ status }) => status === 'failed');
		if (failed.length === 0) return message ? [{ name: file, message }] : [];
		return failed.map(({ fullName, failureMessages }) => ({
			name: `${file} › ${fullName}`,
			message: failureMessages.join('\n')
		}));
	});
}

/** Of Playwright's JSON report. @returns {Failure[]} */
export function failuresOfPlaywright({ suites, errors = [] }) {
	const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];
	const failed = suites
		.flatMap(specsOf)
		.filter(({ ok }) => !ok)
		.map(({ file, line, title, tests }) => ({
			name: `${file}:${line} › ${title}`,
			message: tests
				.flatMap(({ results }) => results.flatMap((result) => result.errors ?? []))
				.map(({ message }) => message)
				.join('\n')
		}));
	return [...failed, ...errors.map(({ message }) => ({ name: 'the run', message }))];
}

/** @param {Failure[]} failures */
export function sayFailures(failures) {
	return failures
		.map(({ name, message }) => {
			// eslint-disable-next-line no-control-regex -- colours, which the terminal took and a report keeps
			const lines = message.replaceAll(/\u001b\[[0-9;]*m/g, '').split('\n');
			const more = lines.length > LINES ? ['…'] : [];
			return [`FAILED ${name}`, ...[...lines.slice(0, LINES), ...more].map((line) => `    ${line}`)].join(
				'\n'
			);
		})
		.join('\n\n');
}
