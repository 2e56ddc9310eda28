/** What a colour may mean. Always shown with an icon and a word. */
export type ChipState = 'wait' | 'ok' | 'bad' | 'note' | 'run' | 'plain';
