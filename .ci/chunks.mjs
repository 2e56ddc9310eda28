/**
 * Which modules of the app's pages lie in one file. A page costs about a millisecond for each file that it loads, and a
 * file in one piece compresses better; but a page should not load what only others need. So there is one file for what
 * every page and the home screen need, a few for what pages other than these share, and the rest is cut by which pages use it.
 */

/**
 * For the bundler: what other files need of an entry may be had from it. The framework asks for less, but names what it
 * takes of an entry itself, so it does not notice.
 */
export const openEntries = {
	name: 'galley-open-entries',
	/** @param {object} options */
	options: (options) => ({ ...options, preserveEntrySignatures: 'allow-extension' })
};

/** Modules of a folder below `src/`, or a package's. @param {string} folder @param {string} names a pattern */
const below = (folder, names) => `src/${folder}/(${names})`;
const dependency = (/** @type {string} */ names) => `node_modules/(${names})/`;

const EVERY_PAGE = [
	dependency('svelte|esm-env|clsx|@sveltejs/kit|dexie'),
	dependency('@lucide/svelte/dist') + '(?!icons/)',
	dependency('@lucide/svelte/dist/icons') +
		'(book-text|check|circle|clock|cpu|folder-open|house|info|list-checks|loader-circle|play|receipt-text|sliders-horizontal|sticky-note|triangle-alert|upload|x)\\.',
	'vite/preload-helper',
	below('lib/core', 'failure|index|jitless|json|models|report|result') + '\\.',
	below('lib/egress', 'trusted') + '\\.',
	below(
		'lib/storage',
		'dexie-database|failures|index|migrations/[\\w-]+|reopening|rows-fit|settings|value-rows'
	) + '\\.',
	below(
		'lib/app',
		'client|database|engine-worker|live|on-demand|queries|register|settings-actions|workflow-actions'
	) + '\\.',
	below(
		'lib/ui',
		'Banner|Button|Code|EmptyState|Kbd|Later|StateIcon|Time|Toasts|format|now|state|toasts|typing'
	) + '\\.',
	below('workers', 'engine') + '\\?',
	below('routes', 'paths|_shell/(importing|nav|shell|theme)') + '\\.'
];

/** Values: read, judged, measured. */
const VALUES = [
	below('lib/core', '(?!hash)[\\w-]+'),
	below('lib/app', 'values') + '\\.',
	below('lib/storage', 'chains|dexie-values|event-rows') + '\\.'
];

const WORKFLOWS = [below('lib/workflow', '(?!schema)[\\w-]+')];

/** Folds a log into what its run is; what a page needs of it without doing so is not here. */
const RUNS = [
	below(
		'lib/run',
		'(?!cost|diff|earlier|ladder-words|ledger|library|notes|order|promote|similar|state)[\\w-]+'
	),
	below('lib/app', 'notebook') + '\\.'
];

const ACTIONS = [below('lib/app', '(note|replay|run)-actions|origins') + '\\.'];

/** Of what most pages are made, the home screen of a device with data included. */
const FRAMES = [below('lib/ui', 'Chip|Group|ListRow|PageHead|Sheet') + '\\.svelte'];

const FORMS = [
	below('lib/ui', 'Bytes|Dialog|Field|FileDrop|Tabs') + '\\.svelte',
	dependency('@lucide/svelte/dist/icons')
];

/** @param {string[]} parts */
const pattern = (parts) => new RegExp(`(${parts.join('|').replaceAll('/', '[\\\\/]')})`);

/**
 * Groups for `output.codeSplitting`. A module that fits several is in the first. What a module imports does not come along
 * by itself: with the indexes of rooms in between that would be nearly everything. {@link openEntries} makes it possible.
 */
export const groups = [
	{ name: 'shell', test: pattern(EVERY_PAGE), minShareCount: 2 },
	{ name: 'values', test: pattern(VALUES), minShareCount: 3 },
	{ name: 'workflows', test: pattern(WORKFLOWS), minShareCount: 4 },
	{ name: 'runs', test: pattern(RUNS), minShareCount: 2 },
	{ name: 'actions', test: pattern(ACTIONS), minShareCount: 2 },
	{ name: 'frames', test: pattern(FRAMES), minShareCount: 4 },
	{ name: 'forms', test: pattern(FORMS), minShareCount: 3 }
]
	.map((group, index, { length }) => ({
		...group,
		priority: length - index,
		includeDependenciesRecursively: false
	}))
	.concat({ name: 'shared', entriesAware: true, minShareCount: 2 });
