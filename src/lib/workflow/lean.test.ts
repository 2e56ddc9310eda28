import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fromYaml, toYaml, withoutDefaults, workflowSchema } from '.';

function read(text: string) {
	const parsed = fromYaml(text);
	if (!parsed.ok) throw new Error(parsed.failure.message);
	return workflowSchema.parse(parsed.value);
}

describe('a document without what is so anyway', () => {
	const flow = read(readFileSync('tests/fixtures/flow.yaml', 'utf8'));

	test('reads back as the same document', () => {
		expect(read(toYaml(withoutDefaults(flow)))).toEqual(flow);
	});

	test('has what somebody decided, in a part of a member too, and nothing else', () => {
		const document = workflowSchema.parse({
			format: 1,
			id: 'w',
			title: 'W',
			steps: [
				{
					id: 'a',
					title: 'A',
					kind: 'model',
					job: 'draft',
					retry: { attempts: 5 },
					permissions: { model: 'any' }
				},
				{
					...{ id: 'b', title: 'B', kind: 'map', job: 'draft', with: {} },
					steps: [{ id: 'c', title: 'C', kind: 'model', job: 'draft', timeoutSeconds: 5 }]
				}
			]
		});
		expect(withoutDefaults(document)).toEqual({
			format: 1,
			id: 'w',
			title: 'W',
			steps: [
				{
					id: 'a',
					title: 'A',
					kind: 'model',
					job: 'draft',
					retry: { attempts: 5 },
					permissions: { model: 'any' }
				},
				{
					...{ id: 'b', title: 'B', kind: 'map', job: 'draft' },
					steps: [{ id: 'c', title: 'C', kind: 'model', job: 'draft', timeoutSeconds: 5 }]
				}
			]
		});
		expect(read(toYaml(withoutDefaults(document)))).toEqual(document);
	});

	test('that is not a workflow is left alone', () => {
		expect(withoutDefaults({ format: 1, steps: 3 })).toEqual({ format: 1, steps: 3 });
	});
});
