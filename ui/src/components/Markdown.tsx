/**
 * Markdown that anybody may have written.
 *
 * Every element is one of those named here, and everything else is text: no HTML of the author's, no picture, nothing
 * that is asked for at an address, nothing that leads away. A link is a button that hands its address out.
 */
import { createElement, Fragment, type ReactNode, useMemo, useState } from "react";
import { Button } from "./Button";
import styles from "./Markdown.module.css";
import { addressOf, type Part, stretches, textOf } from "./markdownTree";

type Context = {
  /** The page that addresses are seen from. */
  page: string;
  onAddress: (address: string) => void;
  /** Within a link, which is a button: nothing in it is one. */
  linked: boolean;
};

/** Shows a text of Markdown, a stretch at a time; one that is too long as it is written. */
export function Markdown({ text, page, onAddress }: { text: string; page: string; onAddress: (address: string) => void }) {
  const all = useMemo(() => stretches(text), [text]);
  const [many, setMany] = useState(1);
  if (!all) {
    return (
      <>
        <p className={styles.note}>It is long, so it is shown as it is written.</p>
        <AsWritten text={text} />
      </>
    );
  }
  const context = { page, onAddress, linked: false };
  return (
    <div className={styles.text} data-selectable>
      {all.slice(0, many).map((stretch, at) => (
        <Fragment key={at}>{"parts" in stretch ? shown(stretch.parts, context) : <AsWritten text={stretch.asWritten} />}</Fragment>
      ))}
      {many < all.length && <Button onClick={() => setMany(many + 1)}>Show more</Button>}
    </div>
  );
}

/** A text as it is written. */
export function AsWritten({ text }: { text: string }) {
  return (
    <pre className={styles.written} dir="auto" data-selectable>
      {text}
    </pre>
  );
}

function shown(parts: readonly Part[], context: Context): ReactNode[] {
  return parts.map((part, key) => <Fragment key={key}>{one(part, context)}</Fragment>);
}

/** What is headed there stands under a heading of the page, which is a second one. */
const HEADINGS: Record<string, string> = { h1: "h3", h2: "h4", h3: "h5", h4: "h6", h5: "h6", h6: "h6" };

function one(part: Part, context: Context): ReactNode {
  const { token } = part;
  const within = () => shown(part.parts, context);
  switch (token.type) {
    case "text":
    case "text_special":
      return token.content;
    case "inline":
      return within();
    case "softbreak":
      return "\n";
    case "hardbreak":
      return <br />;
    case "em_open":
      return <em>{within()}</em>;
    case "strong_open":
      return <strong>{within()}</strong>;
    case "s_open":
      return <s>{within()}</s>;
    case "code_inline":
      return <code>{token.content}</code>;
    case "link_open":
      return <Link address={addressOf(String(token.attrGet("href") ?? ""), context.page)} context={context} part={part} />;
    case "image":
      return <Picture alt={token.content} address={addressOf(String(token.attrGet("src") ?? ""), context.page)} context={context} />;
    case "paragraph_open":
      return token.hidden ? within() : <p dir="auto">{within()}</p>;
    case "heading_open":
      return createElement(HEADINGS[token.tag] ?? "h6", { dir: "auto" }, within());
    case "blockquote_open":
      return <blockquote dir="auto">{within()}</blockquote>;
    case "bullet_list_open":
      return <ul dir="auto">{within()}</ul>;
    case "ordered_list_open":
      return (
        <ol dir="auto" start={Number(token.attrGet("start") ?? 1)}>
          {within()}
        </ol>
      );
    case "list_item_open":
      return (
        <li dir="auto" className={token.meta === null ? undefined : styles.task}>
          {within()}
        </li>
      );
    case "fence":
    case "code_block":
      return (
        <pre className={styles.code} dir="ltr">
          <code>{token.content}</code>
        </pre>
      );
    case "hr":
      return <hr />;
    case "table_open":
      return (
        <div className={styles.wide} role="region" aria-label="Table" tabIndex={0}>
          <table>{within()}</table>
        </div>
      );
    case "thead_open":
      return <thead>{within()}</thead>;
    case "tbody_open":
      return <tbody>{within()}</tbody>;
    case "tr_open":
      return <tr>{within()}</tr>;
    case "th_open":
      return <th dir="auto">{within()}</th>;
    case "td_open":
      return <td dir="auto">{within()}</td>;
    case "html_block": {
      const text = textOf(token.content);
      return text === "" ? null : (
        <p className={styles.lines} dir="auto">
          {text}
        </p>
      );
    }
    case "html_inline":
      return /^<br\b/i.test(token.content) ? <br /> : textOf(token.content);
    default:
      return part.parts.length > 0 ? within() : token.content;
  }
}

function Link({ address, part, context }: { address: string | undefined; part: Part; context: Context }) {
  if (address === undefined || context.linked) return <>{shown(part.parts, context)}</>;
  return (
    <button type="button" className={styles.link} title={`Copy ${address}`} onClick={() => context.onAddress(address)}>
      {shown(part.parts, { ...context, linked: true })}
    </button>
  );
}

/** In place of a picture, which would tell its host who reads this: its words and where it lies. */
function Picture({ alt, address, context }: { alt: string; address: string | undefined; context: Context }) {
  const words = (
    <>
      {alt === "" ? "Picture" : alt}
      {address !== undefined && <span className={styles.place}>{new URL(address).host}</span>}
    </>
  );
  if (address === undefined || context.linked) return <span className={styles.picture}>{words}</span>;
  return (
    <button type="button" className={styles.picture} title={`Copy ${address}`} onClick={() => context.onAddress(address)}>
      {words}
    </button>
  );
}
