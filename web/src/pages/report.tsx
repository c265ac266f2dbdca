import type { Report as Payload } from "../payload";
import { Report } from "../report/report";
import { show } from "./show";

show<Payload>(({ payload }) => <Report data={payload} />);
