import { readFileSync } from 'node:fs';
import { everyStep, fromYaml } from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import { checkWorkflow } from './check-workflow';
import { stepKinds } from './registry';

const README = readFileSync('README.md', 'utf8');
const EXAMPLE = /^## Control flow\n[^#]*?```yaml\n([^]*?)```/m.exec(README)?.[1] ?? '';

describe('the table of step kinds in the README', () => {
	it.each(stepKinds().map((kind) => [kind.kind, kind] as const))('tells %s as it is', (name, kind) => {
		const row = README.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
		expect(row).toContain(`| ${kind.summary} |`);
		const written = /\| `(\{.*\})` \|$/.exec(row ?? '')?.[1] ?? '';
		expect(JSON.parse(written)).toEqual(kind.example);
	});
});

describe('the example of control flow in the README', () => {
	it('is a workflow with nothing wrong', async () => {
		const read = fromYaml(EXAMPLE);
		expect(read.ok).toBe(true);
		const { workflow, problems } = await checkWorkflow(read.ok ? read.value : null);
		expect(problems).toEqual([]);
		const kinds = [...everyStep(workflow?.steps ?? [])].map(({ step }) => step.kind);
		expect(kinds).toEqual(expect.arrayContaining(['branch', 'map', 'loop', 'ask']));
	});

	it('is looked at closely, inside its blocks too', async () => {
		const broken = EXAMPLE.replace(
			'kind: model\n        job: draft',
			'kind: transform\n        job: draft'
		).replace(
			'permissions: { model: any }\n  - { id: review',
			"with: { expression: '$sum(' }\n  - { id: review"
		);
		const read = fromYaml(broken);
		const { problems } = await checkWorkflow(read.ok ? read.value : null);
		expect(problems.map(({ code, path, stepId }) => [code, path.join('.'), stepId])).toEqual([
			['settings', 'steps.5.steps.0.with.expression', 'draft']
		]);
	});
});
