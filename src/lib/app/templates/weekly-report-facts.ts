import type { Template, TemplateSample } from './template';

const WEEKS = ['2026-W45', '2026-W46', '2026-W47'];
const HOME = '/samples/weekly-report';

function sample(week: string): TemplateSample {
	return {
		id: week,
		title: `Week ${week}`,
		inputs: { week },
		files: {
			sales: [`${HOME}/${week}/sales.csv`],
			traffic: [`${HOME}/${week}/traffic.csv`],
			notes: [`${HOME}/${week}/notes.md`],
			style: [`${HOME}/house-style.md`]
		}
	};
}

export const weeklyReport: Template = {
	id: 'weekly-report',
	title: 'Weekly performance report',
	summary: 'Turns the sales and traffic files and the team notes of a week into a report that you approve.',
	steps: ['Collect', 'Extract metrics', 'Draft', 'Flag anomalies', 'Check', 'Review', 'Save'],
	leaves: 'Nothing, with a model on this device. With a remote model: the text of the files.',
	decides: 'You approve, edit or send back the draft before anything is saved.',
	writes: 'Reports/<week> Weekly report.md in the library; earlier reports stay.',
	samples: WEEKS.map(sample),
	load: async () => (await import('./weekly-report')).default
};
