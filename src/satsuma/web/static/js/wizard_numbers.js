// Numbers as people type them in the page's language, and back. Used by the wizard's other modules.
const lang = document.documentElement.lang || "en";
const parts = new Intl.NumberFormat(lang, { useGrouping: true }).formatToParts(1234567.8);
const sign = (type, usual) => parts.find((part) => part.type === type)?.value ?? usual;
const DECIMAL = sign("decimal", ".");
const GROUP = sign("group", ",");

export const whole = new Intl.NumberFormat(lang);
const exact = new Intl.NumberFormat(lang, { maximumFractionDigits: 15 });
const share = new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 0 });

// Without what only makes it easier to read: "12,500.5" is "12500.5".
export function ungrouped(text) {
  const trimmed = text.trim();
  const plain = /\s/.test(GROUP) ? trimmed.replace(/\s/g, "") : trimmed.split(GROUP).join("");
  return plain;
}

// The number, or null for what is none.
export function read(text) {
  const plain = ungrouped(text);
  const pattern = new RegExp(`^[-+]?\\d+(${DECIMAL === "." ? "\\." : DECIMAL}\\d*)?$`);
  return pattern.test(plain) ? Number(plain.replace(DECIMAL, ".")) : null;
}

export function show(number) {
  return exact.format(number);
}

export function percent(part) {
  return share.format(part);
}

export function shortMoney(value, currency) {
  const digits = Math.abs(value) >= 1000 ? 1 : 0;
  const options = { style: "currency", currency, notation: "compact", maximumFractionDigits: digits };
  return new Intl.NumberFormat(lang, options).format(value);
}
