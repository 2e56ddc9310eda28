export { default as Address } from './Address.svelte';
export { default as Banner } from './Banner.svelte';
export { default as Button } from './Button.svelte';
export { default as Bytes } from './Bytes.svelte';
export { default as Chip } from './Chip.svelte';
export { default as Code } from './Code.svelte';
export { default as Dialog } from './Dialog.svelte';
export { default as Diff } from './Diff.svelte';
export { default as EmptyState } from './EmptyState.svelte';
export { default as Field } from './Field.svelte';
export { default as FigureTable } from './FigureTable.svelte';
export { default as FoldedDiff } from './FoldedDiff.svelte';
export { default as FileDrop } from './FileDrop.svelte';
export {
	count,
	countInWords,
	isApple,
	sayBytes,
	sayDuration,
	sayExactly,
	sayMoment,
	sayTime,
	sayWhen
} from './format';
export { default as Group } from './Group.svelte';
export { default as Kbd } from './Kbd.svelte';
export { default as Later } from './Later.svelte';
export { default as ListRow } from './ListRow.svelte';
export { now } from './now.svelte';
export { default as PageHead } from './PageHead.svelte';
export { default as Palette } from './PaletteLater.svelte';
export type { KeyGroup, Place } from './place';
export { prepareProse } from './prose';
export { default as Prose } from './Prose.svelte';
export { default as SchemaForm } from './SchemaForm.svelte';
export { default as Sheet } from './Sheet.svelte';
export { default as ShortcutHelp } from './ShortcutHelpLater.svelte';
export type { ChipState } from './state';
export { default as StateIcon } from './StateIcon.svelte';
export { default as Tabs } from './Tabs.svelte';
export { default as TextList } from './TextList.svelte';
export { default as Time } from './Time.svelte';
export { default as Toasts } from './Toasts.svelte';
export { toast, toastFailure } from './toasts.svelte';
export * from './notebook';
export { isOfField } from './typing';
