package org.lensdl4j.lab.report;

import org.lensdl4j.lab.chart.ChartStyle;
import org.lensdl4j.lab.chart.Markup;

/** The frame of a page: head, style, headings. */
final class Page {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--page:#fff;--card:#f6f8fa;--line:#d5dbe1;--ink:#1b1f24;\
      --soft:#59626d;--link:#0b5cad;--good:#00694d;--bad:#a33b00;--mixed:#7a3f66}
      @media screen and (prefers-color-scheme:dark){:root{--page:#15181c;--card:#1d2228;\
      --line:#3a414a;--ink:#e9ecef;--soft:#a7b0ba;--link:#7cc4f5;--good:#4fd1a5;--bad:#ff9d66;\
      --mixed:#e3a9c9}}
      *{box-sizing:border-box}
      body{margin:0 auto;padding:20px 16px 48px;max-width:800px;background:var(--page);\
      color:var(--ink);font:16px/1.5 system-ui,'Noto Sans','Segoe UI',sans-serif;\
      overflow-wrap:anywhere}
      h1{font-size:1.6rem;line-height:1.25;margin:0 0 8px}
      h2{font-size:1.3rem;margin:40px 0 8px;padding-top:12px;border-top:1px solid var(--line)}
      h3{font-size:1.05rem;margin:24px 0 6px}
      h4{font-size:1rem;margin:2px 0 6px}
      p{margin:6px 0 10px}
      a{color:var(--link)}
      nav ul{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:10px 0;padding:0}
      .note,figcaption,small{color:var(--soft);font-size:.86rem}
      .missing{color:var(--soft);border-left:3px solid var(--line);padding-left:10px}
      td small,th small,dt small{display:block;font-weight:400}
      .card{background:var(--card);border:1px solid var(--line);border-left:6px solid var(--soft);\
      border-radius:6px;padding:10px 14px;margin:12px 0}
      .card h3{margin:2px 0 6px}
      .card.better{border-left-color:var(--good)}
      .card.worse{border-left-color:var(--bad)}
      .card.mixed,.card.changed{border-left-color:var(--mixed)}
      .sign{display:inline-block;min-width:1.4em}
      .better>.sign,.v.better,.better h3 .sign{color:var(--good)}
      .v.worse,.worse h3 .sign{color:var(--bad)}
      .v.mixed,.v.changed,.mixed h3 .sign{color:var(--mixed)}
      .scroll{overflow-x:auto;margin:12px 0}
      table{border-collapse:collapse;font-size:.9rem;min-width:50%}
      caption{text-align:left;font-weight:600;padding:4px 0}
      th,td{border-bottom:1px solid var(--line);padding:4px 10px 4px 0;text-align:left;\
      vertical-align:top;overflow-wrap:normal}
      tbody th{font-weight:600}
      thead th{color:var(--soft);font-weight:600}
      td.n{white-space:nowrap;font-variant-numeric:tabular-nums}
      td.v{white-space:normal;min-width:6em}
      .code{font-family:ui-monospace,'DejaVu Sans Mono',monospace;font-size:.8rem;\
      overflow-wrap:anywhere;min-width:7em;max-width:22em}
      tr.differs th,tr.differs td{font-weight:700}
      figure{margin:18px 0;break-inside:avoid}
      figure svg,figure img{display:block;max-width:100%;height:auto}
      .given{overflow-x:auto}
      .narrow{display:none}
      .sample{border:1px solid var(--line);border-radius:6px;margin:10px 0;break-inside:avoid}
      .asked{background:var(--card);padding:6px 12px;font-weight:600}
      .sample dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(210px,1fr));margin:0}
      .sample dl>div{padding:6px 12px}
      .sample dt{color:var(--soft);font-weight:600;font-size:.86rem}
      .sample dd{margin:2px 0 0;white-space:pre-wrap}
      mark{background:none;color:var(--bad);text-decoration:underline wavy}
      details{margin:8px 0}
      summary{cursor:pointer;color:var(--link)}
      @media (max-width:640px){.wide{display:none}.narrow{display:block}.given img{max-width:none}body{padding:14px 12px}\
      h1{font-size:1.35rem}h2{font-size:1.15rem}table{font-size:.84rem}th,td{padding-right:8px}}
      @media print{body{max-width:none;padding:0;font-size:11pt}nav{display:none}\
      .wide{display:block}.narrow{display:none}h2{break-after:avoid}h3{break-after:avoid}\
      .page{break-before:page}.card,tr{break-inside:avoid}tbody tr:first-child{break-before:avoid}.scroll,.given{overflow:visible}\
      a{color:inherit}}
      """;

  private Page() {}

  /**
   * The whole document.
   *
   * @param title of the page
   * @param body everything below the body element
   */
  static String of(String title, Html body) {
    String name = Markup.escape(title);
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
        style-src 'unsafe-inline'; img-src data:">
        <meta name="referrer" content="no-referrer">
        <link rel="icon" href="data:,">
        """
        + "<title>"
        + name
        + "</title>\n<style>\n"
        + STYLE
        + ChartStyle.css()
        + "</style>\n</head>\n<body>\n"
        + body
        + "</body>\n</html>\n";
  }
}
