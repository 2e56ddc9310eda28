import { bin, runNode } from './tools.mjs';

/**
 * The checks that need no test: each is one line of the summary. They run one after the other, because svelte-check and
 * eslint each hold the whole program in memory.
 * @type {{ name: string, run: () => Promise<{ ok: boolean, output: string, ms: number }> }[]}
 */
export const checks = [
	{
		name: 'format',
		run: () =>
			runNode(
				[
					bin('prettier'),
					'--check',
					'--log-level=warn',
					'--cache',
					'--cache-strategy=content',
					'--cache-location=node_modules/.cache/galley/prettier',
					'.'
				],
				{ quiet: true }
			)
	},
	{
		name: 'lint',
		run: () =>
			runNode(
				[
					bin('eslint'),
					'--max-warnings=0',
					'--cache',
					'--cache-strategy=content',
					'--cache-location=node_modules/.cache/galley/eslint',
					'.'
				],
				{ quiet: true }
			)
	},
	{
		name: 'types',
		run: async () => {
			const sync = await runNode([bin('svelte-kit', '@sveltejs/kit'), 'sync'], { quiet: true });
			if (!sync.ok) return sync;
			return runNode(
				[bin('svelte-check'), '--tsconfig=tsconfig.json', '--fail-on-warnings', '--output=human'],
				{ quiet: true }
			);
		}
	}
];
