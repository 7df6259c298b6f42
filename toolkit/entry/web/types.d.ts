// What Python and the widgets of the form send each other. Python's side: `finding_json`, `grid_state`, `text_state`,
// `bar_state`, `list_state` in toolkit/entry/form.

/** The part of anywidget's model that the form uses. */
export interface Model<Traits> {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  on(event: string, handler: () => void): void;
  send(content: Message): void;
}

/** A message to Python; `kind` says what to do. */
export interface Message {
  kind: string;
  [name: string]: unknown;
}

/** `blank` (待填) is a place where nothing was put in yet. */
export type Severity = "error" | "blank" | "warning" | "notice";

/** A button that puts a finding right; `reason` speaks for it. */
export interface Mend {
  id: number;
  label: string;
  reason: string;
}

/** A place of the form: the cells, the field or the words that a finding names. `start` and `end` count characters. */
export interface Place {
  cells: string[];
  culprit?: string;
  where: string;
  start?: number;
  end?: number;
}

export interface Finding extends Place {
  id: string;
  severity: Severity;
  message: string;
  next_step: string;
  confirmed: string;
  start: number;
  end: number;
  mends: Mend[];
  /** The address of the one cell that is likely wrong, or "". */
  culprit: string;
}

/** A finding of the list where a part shows it; `start` and `end` count characters of the text of that part. */
export interface Mark {
  id: string;
  start: number;
  end: number;
}

/** The cell with the keyboard and the findings there, or a figure of a text and how it was read; `owner` is the table or part. */
export interface Here {
  owner: string;
  name: string;
  findings: Finding[];
  lines?: [name: string, words: string][];
  cells?: string[];
}

/** What a wire carries: texts by path, and the number of the last message that Python has taken into account. */
export interface WireState {
  values: Record<string, string>;
  answered: number;
  /** Somebody else has the report: nothing can be changed. */
  locked: boolean;
}

export interface WireTraits<State extends WireState = WireState> {
  form_id: string;
  part: string;
  state: State;
}

/** One printed cell; a cell with an address holds a figure, one with `sums` a total of other cells. */
export interface PaperCell {
  row: number;
  column: number;
  text: string;
  role: "caption" | "corner" | "head" | "stub" | "figure";
  rowspan: number;
  colspan: number;
  left: boolean;
  address?: string;
  label?: string;
  money?: boolean;
  unit?: string;
  sums?: string[][] | null;
}

export interface Paper {
  part: string;
  label: string;
  rows: number;
  hint: boolean;
  head_rows: number;
  widths: number[];
  cells: PaperCell[];
}

/** A cell on the screen: `down` and `across` count cells with figures. */
export interface Cell extends Required<PaperCell> {
  td: HTMLTableCellElement;
  shown: HTMLElement;
  down: number;
  across: number;
  spoken: string;
}

export interface GridState extends WireState {
  /** The numbers of the findings on its cells; the list has the findings. */
  findings: string[];
  carried: string[];
  waiting: string[];
}

export interface GridTraits extends WireTraits<GridState> {
  paper: Paper;
  scans: Record<string, string>;
}

/** Characters of a text with a note on them. */
export interface Spot {
  start: number;
  end: number;
  css: string;
  note: string;
  /** The number of the finding about these words; its note is below the text. */
  finding?: string;
}

/** A piece of a text with the classes of what is over it. */
export interface Piece {
  text: string;
  css: string;
}

export interface TextState extends WireState {
  findings: Mark[];
  ties: { start: number; end: number; state: string; note: string }[];
  links: { start: number; end: number; note: string }[];
}

/** A figure of the tables that can be put into the text. */
export interface OfferedFigure {
  address: string;
  label: string;
  text: string;
}

export interface TextTraits extends WireTraits<TextState> {
  heading: string;
  topics: string[];
  has_last_year: boolean;
  figures: OfferedFigure[];
  explanation: { start?: number; text?: string; lines?: [name: string, words: string][]; cells?: string[] };
  comparison: { year?: number; alike?: number; pieces?: [kind: "same" | "only_last" | "only_this", text: string][] };
}

export type Counts = Record<Severity, number>;

export interface BarState {
  name: string;
  filled: number;
  total: number;
  counts: Counts;
  saved: string;
  saved_kind: "" | "saved" | "waiting" | "unsaved";
  message: string;
  can_undo: boolean;
  can_redo: boolean;
  can_save: boolean;
  alert: boolean;
  locked: boolean;
  /** What Python has put down of the ordinary boxes, as it was typed, by the name in the class of the box. */
  boxes: Record<string, string>;
}

/** A part of the form that one can jump to, with the worst that is found in it. */
export interface Part {
  key: string;
  label: string;
  name: string;
  state: "" | "blank" | Severity;
}

export interface ListState {
  locked: boolean;
  counts: Counts;
  findings: Finding[];
  parts: Part[];
}

export interface PanelTraits<State> {
  form_id: string;
  view: "bar" | "list";
  state: State;
}

// The register: what `toolkit/entry/register` sends.

/** A line of the list: row, number, day of receipt, state, state in words, due on, kind, applicant, subject, outcome. */
export type RegisterRow = [number, string, string, string, string, string, string, string, string, string];

export interface RegisterField {
  key: string;
  label: string;
  kind: string;
  choices: string[];
  group: string;
}

/** One request as the form shows it; without `texts` none is open. */
export interface RequestDetail {
  row: number;
  texts: Record<string, string>;
  lines: Record<string, string[][]>;
  deadline: string;
  state: string;
  due: string;
  notes: string[];
  days: [day: string, number: number, reason: string][];
  changes: [at: string, who: string, kind: string, fields: [label: string, before: string, after: string][]][];
  voided: string;
  templates: string[];
  likely: string;
}

/** What was typed into a request and is not kept: texts by field, lines of answers in parts and of disputes. */
export interface Draft {
  row?: number;
  texts: Record<string, string>;
  lines: Record<string, string[][]>;
}

export interface RegisterTraits {
  title: string;
  fields: RegisterField[];
  line_fields: Record<string, [label: string, choices: string[] | "outcome"][]>;
  editions: [first: number, last: number, outcomes: string[]][];
  rows: RegisterRow[];
  voided: RegisterRow[];
  detail: RequestDetail;
  message: { text?: string; error?: boolean; problems?: Record<string, string> };
}

export interface RegisterModel extends Model<RegisterTraits> {
  off(event: string, handler: () => void): void;
}
