// The parts of ECharts that static/js/charts.js draws with. deploy/vendor-assets makes static/vendor/echarts.min.js of it.
// Tooltips, legends and downloads are our own: those of ECharts write styles into HTML, which our policy forbids.
import { BarChart, BoxplotChart, LineChart, SankeyChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, MarkPointComponent } from "echarts/components";
import { use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, BoxplotChart, LineChart, SankeyChart, GridComponent, MarkLineComponent, MarkPointComponent, SVGRenderer]);

export { init } from "echarts/core";
