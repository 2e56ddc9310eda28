import { fail, failure, ok, type Result } from '$lib/core';
import { parseDocument, stringify } from 'yaml';

/** YAML that a person can read; `fromYaml` gives the same JSON back. Long texts become blocks. */
export function toYaml(document: unknown): string {
	return stringify(document, { lineWidth: 100, blockQuote: 'literal', aliasDuplicateObjects: false });
}

/** The JSON of a YAML text (YAML 1.2 core schema, no aliases to bombs, no duplicate keys). */
export function fromYaml(text: string): Result<unknown> {
	const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true, merge: false });
	const error = document.errors[0];
	if (error) {
		const line = error.linePos?.[0].line;
		return fail(
			failure(
				'yaml.invalid',
				`The YAML cannot be read${line ? ` (line ${line})` : ''}: ${firstLine(error.message)} Your text is kept; mend that line.`,
				{ details: { line: line ?? null } }
			)
		);
	}
	try {
		return ok(document.toJS({ maxAliasCount: 50 }) as unknown);
	} catch (cause) {
		return fail(
			failure('yaml.invalid', `The YAML cannot be read: ${firstLine(String(cause))} Your text is kept.`)
		);
	}
}

function firstLine(message: string): string {
	const line = (message.split('\n')[0] ?? '').replace(/ at line \d+.*$/, '').replace(/:$/, '');
	return line.endsWith('.') ? line : `${line}.`;
}
